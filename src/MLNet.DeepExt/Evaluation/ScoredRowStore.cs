namespace MLNet.DeepExt.Evaluation;

/// <summary>Scored rows in memory, of each as much as some metrics read, so that they can be gone over again.</summary>
/// <param name="columns">The columns that they are of.</param>
/// <param name="sources">What of a row is kept.</param>
internal sealed class ScoredRowStore(ScoredColumns columns, IReadOnlyList<OutputKind> sources)
{
    private readonly List<int> _classes = [];
    private readonly List<int> _said = [];
    private readonly List<float> _targets = [];
    private readonly List<double> _weights = [];
    private readonly List<string?> _segments = [];
    private readonly List<float>[] _outputs = [.. sources.Select(_ => new List<float>())];

    /// <summary>Rows.</summary>
    public int Count => _weights.Count;

    /// <summary>(rows): the class of each, where labels are classes.</summary>
    public IReadOnlyList<int> Classes => _classes;

    /// <summary>Adds a row.</summary>
    public void Add(ScoredExample row)
    {
        _weights.Add(row.Weight);
        if (row.Segment is not null)
            _segments.Add(row.Segment);
        if (columns.AreClasses)
        {
            _classes.Add(row.Class);
            _said.Add(row.Said);
        }

        _targets.AddRange(row.Targets);
        for (int i = 0; i < sources.Count; i++)
        {
            if (!row.IsSaid(sources[i]))
                _outputs[i].AddRange(row.Outputs(sources[i]));
        }
    }

    /// <summary>Writes a row.</summary>
    public void Load(int index, ScoredExample row)
    {
        row.Weight = _weights[index];
        row.Segment = _segments.Count > 0 ? _segments[index] : null;
        if (columns.AreClasses)
        {
            row.Class = _classes[index];
            row.Said = _said[index];
        }

        Copy(_targets, index, row.Targets);
        for (int i = 0; i < sources.Count; i++)
        {
            if (!row.IsSaid(sources[i]))
                Copy(_outputs[i], index, row.Outputs(sources[i]));
        }
    }

    /// <summary>Multiplies the weights.</summary>
    /// <param name="factors">(classes).</param>
    public void Multiply(double[] factors)
    {
        for (int i = 0; i < Count; i++)
            _weights[i] *= factors[_classes[i]];
    }

    private static void Copy(List<float> values, int index, float[] destination) =>
        values.CopyTo(index * destination.Length, destination, 0, destination.Length);
}
