namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>What types a fitted column of a table may have. Files hold the numbers.</summary>
internal enum TabularInputKind : byte
{
    /// <summary>Numbers of type Single, or a known-size vector of them.</summary>
    Single,

    /// <summary>Numbers of any type or Booleans, or a known-size vector of them, which are converted.</summary>
    Number,

    /// <summary>Dates, with or without an offset.</summary>
    Date,

    /// <summary>Spans of time.</summary>
    Span,

    /// <summary>Texts.</summary>
    Text,

    /// <summary>Keys.</summary>
    Key,
}
