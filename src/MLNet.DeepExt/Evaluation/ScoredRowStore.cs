using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Evaluation;

/// <summary>
/// Scored rows in memory, of each as much as some metrics need to measure it again: what stands for it, what is true and said, and other
/// outputs only where a metric cannot do without.
/// </summary>
/// <param name="columns">The columns that they are of.</param>
/// <param name="metrics">The metrics.</param>
internal sealed class ScoredRowStore(ScoredColumns columns, MetricSet metrics)
{
    private readonly List<int> _classes = [];
    private readonly List<int> _said = [];
    private readonly List<float> _targets = [];
    private readonly List<double> _weights = [];
    private readonly List<double> _condensed = []; // (rows, condensed length)
    private readonly List<float>[] _outputs = [.. metrics.KeptSources.Select(_ => new List<float>())];
    private readonly double[] _one = new double[metrics.CondensedLength];

    /// <summary>Rows.</summary>
    public int Count => _weights.Count;

    /// <summary>Adds a row.</summary>
    public void Add(ScoredExample row)
    {
        _weights.Add(row.Weight);
        if (columns.AreClasses)
        {
            _classes.Add(row.Class);
            _said.Add(row.Said);
        }

        _targets.AddRange(row.Targets);
        metrics.Condense(row, _one);
        _condensed.AddRange(_one);
        for (int i = 0; i < metrics.KeptSources.Count; i++)
        {
            if (!row.IsSaid(metrics.KeptSources[i]))
                _outputs[i].AddRange(row.Outputs(metrics.KeptSources[i]));
        }
    }

    /// <summary>Writes a row, as far as it is kept.</summary>
    /// <returns>What stands for it: (condensed length).</returns>
    public ReadOnlySpan<double> Load(int index, ScoredExample row)
    {
        row.Weight = _weights[index];
        if (columns.AreClasses)
        {
            row.Class = _classes[index];
            row.Said = _said[index];
        }

        Copy(_targets, index, row.Targets);
        for (int i = 0; i < metrics.KeptSources.Count; i++)
        {
            if (!row.IsSaid(metrics.KeptSources[i]))
                Copy(_outputs[i], index, row.Outputs(metrics.KeptSources[i]));
        }

        return CollectionsMarshal.AsSpan(_condensed).Slice(index * _one.Length, _one.Length);
    }

    private static void Copy(List<float> values, int index, float[] destination) =>
        values.CopyTo(index * destination.Length, destination, 0, destination.Length);
}
