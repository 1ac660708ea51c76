"""Microsoft Graph's protocol: bodies, query options, paging, annotations, errors. Knows none of our models."""
