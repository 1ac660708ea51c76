"""People and their groups."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from operations.models import User

admin.site.register(User, UserAdmin)
