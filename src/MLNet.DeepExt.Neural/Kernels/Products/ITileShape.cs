namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// How many rows and strips of a matrix product are computed together. Implemented by structs, so that the tile loop is
/// compiled for each shape with nothing in it that the shape does not need.
/// </summary>
internal interface ITileShape
{
    static abstract int Rows { get; }

    static abstract int Strips { get; }
}
