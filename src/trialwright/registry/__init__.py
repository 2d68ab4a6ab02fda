"""Registry records: reading them, making a study folder of one, and the public page of a study."""
