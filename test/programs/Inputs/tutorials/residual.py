"""A small ResNet: identity and projection shortcuts."""
import tensorflow as tf
from tensorflow.keras import layers, models

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train = x_train.astype("float32")[..., tf.newaxis] / 255.0
x_test = x_test.astype("float32")[..., tf.newaxis] / 255.0


def residual_block(x, filters, strides=1):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    y = layers.BatchNormalization()(y)
    y = layers.ReLU()(y)
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(y)
    y = layers.BatchNormalization()(y)
    if strides != 1 or x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1, strides=strides, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
    return layers.ReLU()(layers.Add()([y, x]))


def build_resnet(input_shape, num_classes, stages=(1, 2)):
    inputs = layers.Input(shape=input_shape)
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    for stage, blocks in enumerate(stages):
        for block in range(blocks):
            x = residual_block(x, 8 * 2**stage, strides=2 if stage > 0 and block == 0 else 1)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Conv2D(num_classes, 1)(x)
    outputs = layers.Softmax()(layers.Reshape((num_classes,))(x))
    return models.Model(inputs, outputs, name="small_resnet")


model = build_resnet((28, 28, 1), 10)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=2, validation_data=(x_test, y_test))
loss, acc = model.evaluate(x_test, y_test, verbose=0)
print(model.name, 0 <= acc <= 1)
