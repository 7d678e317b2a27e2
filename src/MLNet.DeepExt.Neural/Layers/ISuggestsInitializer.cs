using MLNet.DeepExt.Neural.Initializers;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A layer that says which initializer suits a <see cref="Dense"/> whose outputs it reads.</summary>
internal interface ISuggestsInitializer
{
    Initializer Suggested { get; }
}
