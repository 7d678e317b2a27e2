using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>An activation function y = g(x), applied to each number independently.</summary>
/// <remarks>A custom activation implements g and g' as an <see cref="IActivationOperator{T}"/> and passes it to <see cref="Elementwise"/>.</remarks>
public abstract record Activation : LayerSpec
{
    /// <summary>The outputs at which g' is 0 or close to 0. Diagnostics use them to warn of dead or saturated units. Default: none.</summary>
    protected internal virtual FlatOutputs FlatOutputs => FlatOutputs.None;

    /// <summary>Writes g as ONNX operators; see <see cref="Layer{T}.Emit"/>.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="x">The name of the inputs in the graph.</param>
    /// <returns>The name of the outputs in the graph.</returns>
    /// <exception cref="NotSupportedException">The activation has no ONNX operators.</exception>
    public virtual string Emit(IOperatorGraph graph, string x) => throw Layer.NotEmitted(this);

    /// <inheritdoc/>
    public sealed override TensorShape OutputShape(TensorShape input) => input;

    /// <summary>Creates a layer that computes g by an operator.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TOperator">g and g'.</typeparam>
    /// <param name="place">The position of the layer in the network.</param>
    /// <param name="g">The operator.</param>
    protected Layer<T> Elementwise<T, TOperator>(LayerPlace place, TOperator g)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IActivationOperator<T>
    {
        ArgumentNullException.ThrowIfNull(place);
        return new ActivationLayer<T, TOperator>(this, place.Input.Width, g);
    }
}
