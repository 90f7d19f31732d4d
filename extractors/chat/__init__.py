"""Chats as people export them: who wrote what to whom and when, each message with its place in the file."""
