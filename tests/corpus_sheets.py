"""x"""


def hostile():
    return {}
