using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>One step of a program: a layer reads one value and writes another.</summary>
/// <param name="Path">The names of the enclosing layers, from the outermost one, and of the layer itself.</param>
/// <param name="Spec">The layer's description.</param>
/// <param name="Layer">The compiled layer.</param>
/// <param name="Input">The index of the value that it reads.</param>
/// <param name="Skip">The index of a second value that it reads; -1 if there is none.</param>
/// <param name="InputShape">The shape of its input.</param>
/// <param name="OutputShape">The shape of its output.</param>
internal sealed record Operation<T>(
    IReadOnlyList<string> Path, LayerSpec Spec, Layer<T> Layer, int Input, int Skip, TensorShape InputShape, TensorShape OutputShape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of the layer.</summary>
    public string Name => Path[^1];

    /// <summary>Name and description, for messages: such as <c>2.dense, Dense(10)</c>.</summary>
    public string Label => $"{Name}, {Spec}";
}
