"""How participants are reached: contact and reminders of one, messages that went out, diaries that are silent."""
