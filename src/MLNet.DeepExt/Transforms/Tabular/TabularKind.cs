namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>What becomes of a column.</summary>
internal enum TabularKind
{
    /// <summary>The numbers of a column of numbers or of Booleans, or of known-size vectors of them.</summary>
    Number,

    /// <summary>The numbers that <see cref="DatePartsTransformer"/> makes of a date or a span of time.</summary>
    Date,

    /// <summary>A category for each text.</summary>
    Text,

    /// <summary>A category for each key.</summary>
    Key,
}
