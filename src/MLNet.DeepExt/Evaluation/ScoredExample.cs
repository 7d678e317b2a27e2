namespace MLNet.DeepExt.Evaluation;

/// <summary>A scored row: what is true of it, and what is said.</summary>
internal sealed class ScoredExample
{
    private readonly float[]?[] _outputs = new float[]?[(int)OutputKind.Bounds + 1]; // by kind; those of one source are one array
    private readonly bool _areClasses;
    private int _said;

    /// <summary>Makes room for a row of some columns.</summary>
    public ScoredExample(ScoredColumns columns)
    {
        _areClasses = columns.AreClasses;
        Targets = new float[columns.Label.TargetWidth];
        foreach (OutputKind kind in Enum.GetValues<OutputKind>())
        {
            if (columns.SourceOf(kind) == kind)
                _outputs[(int)kind] = new float[columns.WidthOf(kind)];
        }

        foreach (OutputKind kind in Enum.GetValues<OutputKind>())
        {
            if (columns.SourceOf(kind) is { } source)
                _outputs[(int)kind] = _outputs[(int)source];
        }
    }

    /// <summary>The class of the row, counted from 0; 0 where labels are numbers.</summary>
    public int Class { get; set; }

    /// <summary>(target width): the numbers of the label, NaN where one is missing; none where labels are classes.</summary>
    public float[] Targets { get; }

    /// <summary>The weight, above 0.</summary>
    public double Weight { get; set; }

    /// <summary>The segment that the row is of; null if not requested.</summary>
    public string? Segment { get; set; }

    /// <summary>
    /// The class that is said, where labels are classes, or as many as there are for none of them; it writes the decisions.
    /// </summary>
    public int Said
    {
        get => _said;
        set
        {
            float[] decisions = _outputs[(int)OutputKind.Decisions]!;
            if (decisions.Length == 1)
            {
                decisions[0] = value;
            }
            else
            {
                decisions[_said] = 0;
                decisions[value] = 1;
            }

            _said = value;
        }
    }

    /// <summary>(outputs): what a metric reads of the row.</summary>
    public float[] Outputs(OutputKind kind) => _outputs[(int)kind]!;

    /// <summary>Whether outputs of a kind are those of the class that is said, and kept as it.</summary>
    public bool IsSaid(OutputKind kind) => _areClasses && kind == OutputKind.Decisions;
}
