using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A function y = g(x) of every number alone.</summary>
/// <remarks>A custom one gives g and g' as an <see cref="IActivationOperator{T}"/> and hands it to <see cref="Elementwise"/>.</remarks>
public abstract record Activation : LayerSpec
{
    /// <summary>The outputs at which g' is 0 or next to it, for warnings. Default none.</summary>
    protected internal virtual FlatOutputs FlatOutputs => FlatOutputs.None;

    /// <summary>Takes down g as operators; see <see cref="Layer{T}.Describe"/>.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="x">The name of its inputs there.</param>
    /// <returns>The name of its outputs there.</returns>
    /// <exception cref="NotSupportedException">It has no such description.</exception>
    public virtual string Describe(IOperatorGraph graph, string x) => throw Layer.NotDescribed(this);

    /// <inheritdoc/>
    public sealed override TensorShape OutputShape(TensorShape input) => input;

    /// <summary>A layer that computes g by an operator.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TOperator">g and g'.</typeparam>
    /// <param name="place">Where in a network it stands.</param>
    /// <param name="g">The operator.</param>
    protected Layer<T> Elementwise<T, TOperator>(LayerPlace place, TOperator g)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IActivationOperator<T>
    {
        ArgumentNullException.ThrowIfNull(place);
        return new ActivationLayer<T, TOperator>(this, place.Input.Width, g);
    }
}
