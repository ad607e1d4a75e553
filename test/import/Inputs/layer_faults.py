import tensorflow as tf
from tensorflow.keras.layers import BatchNormalization, Dropout, Flatten, GaussianDropout, GaussianNoise, Input, SpatialDropout2D

i = Input(shape=(28, 28, 1))
a = Dropout(1.5)(i)
b = Dropout(-0.1)(i)
c = Dropout("half")(i)
d = Dropout(0.5, noise_shape=(None, 1, 1, 1))(i)
e = Dropout()(i)
f = GaussianNoise(2.0)(i)
g = GaussianDropout(1)(i)
h = SpatialDropout2D(0.5)(Flatten()(i))
j = BatchNormalization(axis=4)(i)
k = BatchNormalization(axis=0)(i)
l = BatchNormalization(renorm=True)(i)
m = BatchNormalization(momentum="fast")(i)
n = BatchNormalization(mode=2)(i)
