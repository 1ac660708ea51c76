"""Our resources spoken through odata/: shape, scope, and one service call for each write."""
