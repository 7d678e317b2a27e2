using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Learns numbers for categories that come as one-hot slots among other inputs: a category's slots x become x·E, the row of its table
/// E (values, dimension) that belongs to the value; where no slot is set, as for a value that is missing or was never seen, a row of
/// its own, u. All other inputs pass.
/// </summary>
/// <remarks>
/// <para>
/// Outputs stand in the order of the inputs, those of a category in place of its slots. The layer is linear but for u: several slots that
/// are set, or that hold other numbers than 1, as counts of words do, add up their rows. Rows that are mostly zeros may come without
/// them. Values that are seldom together learn from one another through what they have in common, which one-hot slots do not.
/// </para>
/// <para>
/// Of a category that lists which of its slots are seen (<see cref="CategoryRange.Seen"/>), E has rows for these alone, and all other
/// slots are ignored.
/// </para>
/// <para>
/// The rows of E begin as the <see cref="Initializer"/> says and u at 0, the middle of them. Where no training row lacks the category, u
/// stays there: a value that was never seen is taken for one that speaks for nothing.
/// </para>
/// <para>
/// A table of 1,000 values or more is updated lazily in training: a step updates the rows that its batch reads, u being one of them, and costs
/// by these alone. All other rows, and what the optimizer remembers of them, stand still, as with <c>torch.optim.SparseAdam</c>;
/// <see cref="Optimizers.GradientTransform"/> says what that means for momentum, penalties and decay. Smaller tables are updated whole, as by
/// <c>torch.optim.Adam</c>. A large table is updated whole, too, where the optimizer needs norms of what a transform with a memory made.
/// </para>
/// <para>C. Guo, F. Berkhahn, "Entity embeddings of categorical variables", 2016.</para>
/// </remarks>
/// <param name="Ranges">The categories, ascending, at least one; they must not overlap.</param>
public sealed record CategoryEmbedding(IReadOnlyList<CategoryRange> Ranges) : LayerSpec
{
    /// <summary>
    /// Tables of so many values and more are updated lazily: in batches of 64, fewer are updated whole in about the same time.
    /// </summary>
    internal const int LeastValuesOfLazyTable = 1000;

    // A slot that is not seen takes nothing of a file, and memory wherever a row is written out.
    private const long MostIgnoredSlots = 1 << 24;

    // Null: the file leaves it out.
    [JsonConstructor]
    internal CategoryEmbedding(IReadOnlyList<CategoryRange> ranges, Initializer initializer = null!)
        : this(ranges) => Initializer = initializer ?? Initializer;

    /// <summary>The ranges, as they were when the layer was made.</summary>
    public IReadOnlyList<CategoryRange> Ranges { get; } = Array.AsReadOnly([.. Ranges ?? []]);

    /// <summary>How the rows of E begin. Default: normal with a standard deviation of 0.05.</summary>
    public Initializer Initializer { get; init; } = new Normal(0.05);

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.ReadsSparseRows;

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        int inputs = input.Width;
        if (Ranges[^1].End > inputs)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Category {Ranges[^1]} of a CategoryEmbedding ends at slot {Ranges[^1].End - 1} but there are {inputs} inputs; ")
                + "count slots from 0.", nameof(Ranges));
        }

        long outputs = inputs + Ranges.Sum(range => (long)range.Dimension - range.Count);
        return outputs <= Array.MaxLength
            ? input.WithWidth((int)outputs)
            : throw new ArgumentException(FormattableString.Invariant(
                $"A CategoryEmbedding over {inputs} inputs, one category with {Ranges.Max(range => range.Dimension)} numbers, ")
                + FormattableString.Invariant($"has {outputs} outputs, more than one array holds; ")
                + "use fewer numbers for each category.", nameof(Ranges));
    }

    /// <summary>Whether the other one has the same ranges, the same initializer and the same name.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(CategoryEmbedding? other) =>
        base.Equals(other) && Initializer == other.Initializer && Ranges.SequenceEqual(other.Ranges);

    /// <inheritdoc/>
    public override int GetHashCode() => Ranges.Aggregate(HashCode.Combine(base.GetHashCode(), Initializer), HashCode.Combine);

    /// <summary>Slots that are not seen, of all categories.</summary>
    internal long IgnoredSlots => Ranges.Sum(range => (long)range.Count - range.Values);

    /// <inheritdoc/>
    protected internal override string Detail => Ranges.Count <= 2
        ? string.Join(", ", Ranges)
        : FormattableString.Invariant($"{Ranges[0]}, … {Ranges.Count} in all");

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Ranges.Count == 0)
            throw new ArgumentException("A CategoryEmbedding needs at least one category but has none; leave the layer out instead.", nameof(Ranges));
        ArgumentNullException.ThrowIfNull(Initializer);
        Initializer.Validate();
        long end = 0;
        foreach (CategoryRange range in Ranges)
        {
            if (range is null)
                throw new ArgumentException("A category of a CategoryEmbedding is null; leave it out.", nameof(Ranges));
            if (range.Count < 1 || range.Dimension < 1 || (long)range.First + range.Count > Array.MaxLength)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"A category must have at least 1 slot and 1 number but one has {range.Count} slots from {range.First} on and ")
                    + FormattableString.Invariant($"{range.Dimension} numbers; leave it out instead."), nameof(Ranges));
            }

            if (range.First < end)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Category {range} begins before slot {end}; give categories in ascending order, from slot 0 on, each slot once."),
                    nameof(Ranges));
            }

            RequireAscending(range);
            end = range.End;
        }

        if (IgnoredSlots > MostIgnoredSlots)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The categories of a CategoryEmbedding have {IgnoredSlots} slots that are not seen but at most {MostIgnoredSlots} are allowed; ")
                + "hash into fewer bits.", nameof(Ranges));
        }
    }

    internal override IEnumerable<ColumnRun> PassedInputs(int inputs)
    {
        int input = 0, output = 0, number = 0;
        foreach (CategoryRange range in Ranges)
        {
            yield return new ColumnRun(input, range.First - input, output, number++);
            output += range.First - input + range.Dimension;
            input = range.End;
        }

        yield return new ColumnRun(input, inputs - input, output, number);
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        Slot[] tables = [.. Ranges.Select((range, number) => place.Slots.Table(
            FormattableString.Invariant($"{place.Name}.{number}"), range.Values + 1, range.Dimension))];
        return new CategoryEmbeddingLayer<T>(this, tables, place.Input.Width);
    }

    private static void RequireAscending(CategoryRange range)
    {
        int before = -1;
        foreach (int slot in range.Seen ?? [])
        {
            if (slot < 0 || slot >= range.Count)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Category {range} has slot {slot} among those seen; give slots from 0 to {range.Count - 1}."), nameof(Ranges));
            }

            if (slot <= before)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Category {range} has slot {slot} after slot {before} among those seen; give slots in ascending order, each once."),
                    nameof(Ranges));
            }

            before = slot;
        }
    }
}
