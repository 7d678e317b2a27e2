namespace MLNet.DeepExt.Neural.Data;

/// <summary>The implementation of <see cref="ClassWeights.Table"/>.</summary>
internal sealed record ClassWeightTable : ClassWeights
{
    private readonly KeyValuePair<int, double>[] _weights; // by class, ascending

    public ClassWeightTable(IReadOnlyDictionary<int, double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach ((int label, double weight) in weights)
        {
            if (label < 0)
                throw new ArgumentException($"There is a weight for class {label}; classes are counted from 0.", nameof(weights));
            if (!(weight >= 0 && float.IsFinite((float)weight)))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Class {label} has weight {weight}; a weight must be at least 0 and finite."), nameof(weights));
            }
        }

        _weights = [.. weights.OrderBy(pair => pair.Key)];
    }

    internal override ClassFactors Given
    {
        get
        {
            var factors = new float[_weights.Length == 0 ? 0 : _weights[^1].Key + 1];
            factors.AsSpan().Fill(1);
            foreach ((int label, double weight) in _weights)
                factors[label] = (float)weight;
            return new ClassFactors(factors);
        }
    }

    public bool Equals(ClassWeightTable? other) => other is not null && _weights.SequenceEqual(other._weights);

    public override int GetHashCode() => _weights.Aggregate(_weights.Length, HashCode.Combine);

    /// <summary>The weight of each class, so that a checkpoint of a training with other weights is detected.</summary>
    public override string ToString() => $"{nameof(ClassWeightTable)} {{ {string.Join(", ", _weights.Select(Describe))} }}";

    internal override ClassFactors For(ReadOnlySpan<int> rowsOfClass) => Given;

    internal override void Validate(TargetCheck check)
    {
        foreach ((int label, _) in _weights)
        {
            if (check.FaultOfClass(label) is { } fault)
                throw new ArgumentException($"ClassWeights has a weight for class {label} but {fault}.", "ClassWeights");
        }
    }

    private static string Describe(KeyValuePair<int, double> weight) => FormattableString.Invariant($"{weight.Key}: {weight.Value}");
}
