using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// A sequence of schedules. For each schedule, its part is the whole training. After the end of the last part, its last
/// factor continues. Compared by value.
/// </summary>
/// <example>
/// <code>
/// var schedule = new Phases(new Phase(new WarmUp(5), 20), new Phase(new Staircase(0.5, 10), 30), new Phase(new Cosine()));
/// </code>
/// </example>
public sealed record Phases : Schedule
{
    private readonly Phase[] _parts;

    /// <summary>Creates a sequence of schedules.</summary>
    /// <param name="parts">The parts in order, at least one. They are copied.</param>
    public Phases(params IEnumerable<Phase> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        _parts = [.. parts];
        Parts = Array.AsReadOnly(_parts);
    }

    [JsonConstructor]
    internal Phases(IReadOnlyList<Phase> parts)
        : this((IEnumerable<Phase>)parts)
    {
    }

    /// <summary>The parts, in their order.</summary>
    public IReadOnlyList<Phase> Parts { get; }

    /// <inheritdoc/>
    public override bool NeedsValidation => Array.Exists(_parts, part => part.Schedule.NeedsValidation);

    /// <inheritdoc/>
    public override double Factor(in TrainingTime time)
    {
        long before = 0;
        foreach (Phase part in _parts.AsSpan()[..^1])
        {
            long end = before + part.Epochs!.Value;
            if (time.Epoch <= end)
                return FactorOf(part, before, time);
            before = end;
        }

        return FactorOf(_parts[^1], before, time);
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (_parts.Length == 0)
            throw new ArgumentException("Phases has no parts; give it at least one.", nameof(Parts));
        for (int i = 0; i < _parts.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(_parts[i]);
            ArgumentNullException.ThrowIfNull(_parts[i].Schedule);
            if (_parts[i].Epochs is null && i < _parts.Length - 1)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Part {i + 1} of Phases has no number of epochs though it is not the last of {_parts.Length}; set its Epochs."),
                    nameof(Parts));
            }

            if (_parts[i].Epochs < 1)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Epochs of part {i + 1} of Phases must be at least 1 but is {_parts[i].Epochs}; remove the part."),
                    nameof(Parts));
            }

            _parts[i].Schedule.Validate();
        }
    }

    /// <summary>True if the other sequence has the same parts.</summary>
    /// <param name="other">Other phases, or null.</param>
    public bool Equals(Phases? other) => other is not null && _parts.AsSpan().SequenceEqual(other._parts);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (Phase part in _parts)
            hash.Add(part);
        return hash.ToHashCode();
    }

    private static double FactorOf(Phase part, long before, in TrainingTime time)
    {
        long start = before * time.StepsPerEpoch;
        return part.Schedule.Factor(part.Epochs is { } epochs ? time.After(start).Until(epochs) : time.After(start));
    }
}
