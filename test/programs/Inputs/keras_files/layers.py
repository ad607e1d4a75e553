"""Each layer that Ingot has, once, in a chain; the optimizer has three slots. Saved in all formats."""
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers as L

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = np.expand_dims(x_train, -1) / 255.0
x_test = np.expand_dims(x_test, -1) / 255.0
model = keras.Sequential([
    L.Input(shape=(28, 28, 1)),
    L.Rescaling(2.0, offset=-1.0),
    L.Normalization(mean=[0.1], variance=[4.0]),
    L.ZeroPadding2D(((1, 2), (0, 3))),
    L.Conv2D(4, 3, strides=2, padding="same", kernel_initializer="he_normal",
             kernel_regularizer=keras.regularizers.L1L2(1e-4, 1e-4), activation=L.LeakyReLU(negative_slope=0.1)),
    L.BatchNormalization(momentum=0.9),
    L.LeakyReLU(negative_slope=0.2),
    L.Cropping2D(1),
    L.DepthwiseConv2D(3, padding="same"),
    L.PReLU(shared_axes=[1, 2]),
    L.SeparableConv2D(6, 3, activation="elu", padding="same"),
    L.LayerNormalization(),
    L.SpatialDropout2D(0.1),
    L.GaussianNoise(0.05),
    L.GaussianDropout(0.05),
    L.MaxPooling2D(2, padding="same"),
    L.UpSampling2D(2),
    L.Conv2DTranspose(6, 2, use_bias=False),
    L.AveragePooling2D((2, 2), strides=1),
    L.Permute((2, 1, 3)),
    L.ELU(alpha=0.5),
    L.ReLU(max_value=4.0),
    L.GlobalMaxPooling2D(),
    L.Reshape((2, 3)),
    L.Flatten(),
    L.Activation("tanh"),
    L.Dropout(0.2),
    L.Dense(12, activation="gelu", trainable=False, bias_initializer=keras.initializers.Constant(0.1)),
    L.Dense(10),
    L.Softmax()], name="everything")
model.compile(
    optimizer=keras.optimizers.Adam(0.002, amsgrad=True),
    loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1), metrics=["accuracy", "mae"])
model.fit(x_train, keras.utils.to_categorical(y_train, 10), batch_size=16, epochs=2, verbose=0)
model.save("files/model.keras")
model.save("files/model.h5")
model.save_weights("files/weights/model.weights.h5")
model.evaluate(x_test, keras.utils.to_categorical(y_test, 10), verbose=0)
