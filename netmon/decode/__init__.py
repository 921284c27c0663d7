"""The only room that knows impacket: what lies between the link and the application."""
