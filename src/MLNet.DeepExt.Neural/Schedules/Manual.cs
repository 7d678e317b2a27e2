using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>A factor for each epoch by hand; the last one goes on. Two tables with the same factors are equal.</summary>
/// <remarks>With a learning rate of 1 the factors are the rates themselves.</remarks>
public sealed record Manual : Schedule
{
    private readonly double[] _factors;

    /// <summary>A table.</summary>
    /// <param name="factors">
    /// The factor of the first epoch, the second, and so on: each at least 0, at least one of them. They are copied.
    /// </param>
    public Manual(params IEnumerable<double> factors)
    {
        ArgumentNullException.ThrowIfNull(factors);
        _factors = [.. factors];
        Factors = Array.AsReadOnly(_factors);
    }

    [JsonConstructor]
    internal Manual(IReadOnlyList<double> factors)
        : this((IEnumerable<double>)factors)
    {
    }

    /// <summary>The factor of each epoch, in their order.</summary>
    public IReadOnlyList<double> Factors { get; }

    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time) => _factors[Math.Min(time.Epoch, _factors.Length) - 1];

    /// <inheritdoc/>
    public override void Validate()
    {
        if (_factors.Length == 0)
            throw new ArgumentException("Factors of Manual has no factors; give it one for each epoch, the last of which goes on.", nameof(Factors));
        for (int i = 0; i < _factors.Length; i++)
        {
            if (!(_factors[i] >= 0 && double.IsFinite(_factors[i])))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Factors of Manual must be at least 0 but that of epoch {i + 1} is {_factors[i]}; 1 is the optimizer's rate."), nameof(Factors));
            }
        }
    }

    /// <summary>Whether the other has the same factors.</summary>
    /// <param name="other">Another table, or null.</param>
    public bool Equals(Manual? other) => other is not null && _factors.AsSpan().SequenceEqual(other._factors);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (double factor in _factors)
            hash.Add(factor);
        return hash.ToHashCode();
    }
}
