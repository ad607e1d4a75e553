model = tfk.Sequential([Conv2D(4, 3, strides=2, activation="relu"), Conv2D(8, 3, strides=2, activation=ELU()), Flatten(),
                        Dense(10, activation="softmax")])
