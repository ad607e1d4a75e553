whole = Sequential([Input((28, 28, 1)), Conv2D(4, 3, strides=2, activation="relu", name="cut"), Conv2D(3, 3)])
assert len(whole.layers) == 2 and whole.layers[0].name == "cut"
x = Conv2D(8, 3, strides=2, activation="elu")(whole.get_layer("cut").output)
model = Model(inputs=whole.input, outputs=Dense(10, activation="softmax")(Flatten()(x)))
