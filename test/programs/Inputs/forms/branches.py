i = Input(shape=(28, 28, 1))
stem = Conv2D(4, 3, strides=2, padding="same", activation="relu")(i)
wide, narrow = Conv2D(4, 5, padding="same")(stem), Conv2D(2, 1)(stem)
x = concatenate([wide, narrow, UpSampling2D(2)(Conv2D(3, 2, strides=2)(stem))])
x = LeakyReLU(negative_slope=0.1)(ZeroPadding2D(1)(x))
shared = Conv2D(9, 3, padding="same", activation="selu")
x = (shared(x) + x) * 0.5
x = shared(x) - x
x = Add()([x, Multiply()([x, keras.activations.sigmoid(x)])])
x = Cropping2D(((1, 0), (0, 1)))(x)
x = Permute((2, 1, 3))(x)
x = Reshape((-1, 9))(x)
x = Flatten()(PReLU(shared_axes=[1])(x))
model = Model(i, Dense(10, activation="softmax")(x))
