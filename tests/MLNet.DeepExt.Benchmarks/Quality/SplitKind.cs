namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>Which rows are the test rows of a set that has no test file.</summary>
internal enum SplitKind
{
    /// <summary>A fifth, drawn by this program, of every class alike.</summary>
    Own,

    /// <summary>Those that scikit-learn draws.</summary>
    Sklearn,
}
