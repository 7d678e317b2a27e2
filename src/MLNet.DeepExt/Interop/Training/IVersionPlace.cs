namespace MLNet.DeepExt.Interop.Training;

/// <summary>Where a cursor over versions of rows is.</summary>
internal interface IVersionPlace
{
    /// <summary>The row, counted from 0 in the order of the source.</summary>
    long Row { get; }

    /// <summary>Which version of it: 0 as it is, from 1 on changed ones.</summary>
    int Copy { get; }
}
