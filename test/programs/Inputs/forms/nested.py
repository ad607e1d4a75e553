def block(filters, name):
    base = Sequential(name=name)
    base.add(Conv2D(filters, 3, strides=2))
    return base

def head(shape):
    i = keras.Input(shape)
    return keras.Model(inputs=[i], outputs=[Dense(10, activation="softmax")(Flatten()(i))], name="head")

i = keras.Input(shape=(28, 28, 1))
first = Sequential([Input((28, 28, 1)), block(4, "first"), ReLU()])
x = first(i)
x = keras.activations.elu(block(8, "second")(x))
model = keras.Model(i, head(x.shape[1:])(x))
