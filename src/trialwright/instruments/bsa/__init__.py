"""Extent of skin disease: body surface area and lesions."""
