import tensorflow as tf
from tensorflow.keras.layers import AveragePooling2D, DepthwiseConv2D, Flatten, GlobalAveragePooling2D, Input, MaxPooling2D, SeparableConv2D

i = Input(shape=(28, 28, 1))
big = MaxPooling2D(30)(i)
small = MaxPooling2D((2, 2), strides=0)(i)
missing = AveragePooling2D()(i)
flat = GlobalAveragePooling2D()(Flatten()(i))
grey = AveragePooling2D(2)(Input(shape=(28, 28)))
first = MaxPooling2D(data_format="channels_first")(i)
wide = DepthwiseConv2D(10, dilation_rate=4)(i)
both = DepthwiseConv2D(3, strides=2, dilation_rate=2)(i)
none = DepthwiseConv2D(3, depth_multiplier=0)(i)
apart = SeparableConv2D(8, (3, 3, 3))(i)
old = SeparableConv2D(8, 3, kernel_initializer="zeros")(i)
