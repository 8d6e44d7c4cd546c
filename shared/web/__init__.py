"""What stands between the outside and a running service: tokens, REST, GraphQL, problems, the pages around them.

Routes and mutations are made from the tables of `shared.service`; nothing here knows a word of the field.
"""
