model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=2, batch_size=32, verbose=0, shuffle=False)
print(history.history["loss"], model.evaluate(x_test, y_test, verbose=0))
