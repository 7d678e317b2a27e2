namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>The names of the random streams of a seed, so that no two uses share their numbers.</summary>
internal static class RandomStreams
{
    public const ulong Initialization = 1;
    public const ulong Dropout = 2;
    public const ulong Shuffle = 3;
    public const ulong Validation = 4;
    public const ulong Augmentation = 5;
    public const ulong Quantiles = 6;
    public const ulong Biases = 7;
}
