x = "	b" y
n = "日本語" 1z
