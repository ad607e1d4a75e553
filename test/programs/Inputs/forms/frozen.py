i = Input(shape=(28, 28, 1))
frozen = Conv2D(4, 3, strides=2, activation="relu")
frozen.trainable = False
x = Flatten()(Conv2D(8, 3, strides=2, activation="elu", trainable=False)(frozen(i)))
model = Model(i, Dense(10, activation="softmax")(x))
