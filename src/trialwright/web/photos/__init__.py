"""Photos of lesions: side by side over visits, added, looked at, removed."""
