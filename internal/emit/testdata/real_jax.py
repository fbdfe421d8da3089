import jax

jax.config.update("jax_enable_x64", True)


def evaluate(f, x):
    y, d = jax.value_and_grad(f)(jax.numpy.float64(x))
    return float(y), float(d)
