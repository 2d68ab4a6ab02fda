"""The site's pages: one folder per page family, thin views, contexts from pure functions, no build step."""
