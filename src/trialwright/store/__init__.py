"""The data folder: tables, append, load, freeze, rebuild, verify, accounts. The one room that writes to a database."""
