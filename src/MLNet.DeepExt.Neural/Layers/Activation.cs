using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A function y = g(x) of every number alone.</summary>
public abstract record Activation : LayerSpec, ISuggestsInitializer
{
    /// <summary>The initializer of a <see cref="Dense"/> before it, if that names none.</summary>
    internal abstract Initializer SuggestedInitializer { get; }

    /// <summary>The outputs at which g' is 0 or next to it.</summary>
    internal abstract FlatOutputs FlatOutputs { get; }

    /// <summary>Takes down g; see <see cref="Layer{T}.Describe"/>.</summary>
    internal abstract string Describe(IOperatorGraph graph, string x);

    Initializer ISuggestsInitializer.Suggested => SuggestedInitializer;

    /// <inheritdoc/>
    public sealed override int OutputWidth(int inputs) => inputs;
}
