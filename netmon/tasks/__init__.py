"""The loops that await: receive, call a plain function, send."""
