"""What only the operating system knows: sockets, processes, interfaces, routes."""
