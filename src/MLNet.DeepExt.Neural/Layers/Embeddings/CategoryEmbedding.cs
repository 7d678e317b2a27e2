using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Learns an embedding of categories that are one-hot encoded among other inputs. The slots x of a category become x·E: the row of its table
/// E (values, dimension) that belongs to the value. If no slot is set, because the value is missing or was never seen, the output is
/// the learned row u. All other inputs pass unchanged.
/// </summary>
/// <remarks>
/// <para>
/// The outputs have the order of the inputs; the embedding of a category takes the place of its slots. The layer is linear except for u: if several
/// slots are set, or hold numbers other than 1 (word counts, for example), the weighted rows are summed. Sparse rows are read directly.
/// Values that rarely occur together learn from each other through the embedding; with one-hot slots they cannot.
/// </para>
/// <para>
/// If a category lists the slots that were seen in training (<see cref="CategoryRange.Seen"/>), E has rows for these slots only, and all other
/// slots are ignored.
/// </para>
/// <para>
/// The rows of E are initialized by <see cref="Initializer"/>; u is initialized to 0, their mean. If the category is present in every training row, u
/// stays at 0: a value that was never seen then has no effect.
/// </para>
/// <para>
/// A table of 1,000 values or more is updated lazily in training: a step updates only the rows that its batch reads, including u, and its cost
/// depends only on these rows. All other rows and their optimizer state stay unchanged, as with <c>torch.optim.SparseAdam</c>;
/// <see cref="Optimizers.GradientTransform"/> describes the effect on momentum, penalties and decay. Smaller tables are updated completely, as by
/// <c>torch.optim.Adam</c>. A large table is also updated completely if the optimizer needs norms of the output of a transform that has state.
/// </para>
/// <para>C. Guo, F. Berkhahn, "Entity embeddings of categorical variables", 2016.</para>
/// </remarks>
/// <param name="Ranges">The categories in ascending order, at least one. They must not overlap.</param>
public sealed record CategoryEmbedding(IReadOnlyList<CategoryRange> Ranges) : LayerSpec
{
    /// <summary>
    /// Tables with at least this number of values are updated lazily. With batches of 64, updating a smaller table completely takes about the same
    /// time.
    /// </summary>
    internal const int LeastValuesOfLazyTable = 1000;

    // A slot that is not seen needs no space in a file, but it needs memory wherever a row is stored densely.
    private const long MostIgnoredSlots = 1 << 24;

    // Null if the file omits it.
    [JsonConstructor]
    internal CategoryEmbedding(IReadOnlyList<CategoryRange> ranges, Initializer initializer = null!)
        : this(ranges) => Initializer = initializer ?? Initializer;

    /// <summary>The categories: a copy of the list that was passed to the constructor.</summary>
    public IReadOnlyList<CategoryRange> Ranges { get; } = Array.AsReadOnly([.. Ranges ?? []]);

    /// <summary>The initializer of the rows of E. Default: a normal distribution with a standard deviation of 0.05.</summary>
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
                $"A CategoryEmbedding over {inputs} inputs, one category with dimension {Ranges.Max(range => range.Dimension)}, ")
                + FormattableString.Invariant($"has {outputs} outputs, more than one array can hold; ")
                + "use a smaller dimension for each category.", nameof(Ranges));
    }

    /// <summary>True if the other layer has equal ranges, an equal initializer and the same name.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(CategoryEmbedding? other) =>
        base.Equals(other) && Initializer == other.Initializer && Ranges.SequenceEqual(other.Ranges);

    /// <inheritdoc/>
    public override int GetHashCode() => Ranges.Aggregate(HashCode.Combine(base.GetHashCode(), Initializer), HashCode.Combine);

    /// <summary>The number of slots that are not seen, over all categories.</summary>
    internal long IgnoredSlots => Ranges.Sum(range => (long)range.Count - range.Values);

    /// <inheritdoc/>
    protected internal override string Detail => Ranges.Count <= 2
        ? string.Join(", ", Ranges)
        : FormattableString.Invariant($"{Ranges[0]}, … {Ranges.Count} in total");

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Ranges.Count == 0)
            throw new ArgumentException("A CategoryEmbedding needs at least one category but has none; remove the layer.", nameof(Ranges));
        ArgumentNullException.ThrowIfNull(Initializer);
        Initializer.Validate();
        long end = 0;
        foreach (CategoryRange range in Ranges)
        {
            if (range is null)
                throw new ArgumentException("A category of a CategoryEmbedding is null; remove it.", nameof(Ranges));
            if (range.Count < 1 || range.Dimension < 1 || (long)range.First + range.Count > Array.MaxLength)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"A category must have at least 1 slot and 1 dimension but one has {range.Count} slots from slot {range.First} and ")
                    + FormattableString.Invariant($"dimension {range.Dimension}; remove it."), nameof(Ranges));
            }

            if (range.First < end)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Category {range} begins before slot {end}; give categories in ascending order, from slot 0, each slot once."),
                    nameof(Ranges));
            }

            RequireAscending(range);
            end = range.End;
        }

        if (IgnoredSlots > MostIgnoredSlots)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The categories of a CategoryEmbedding have {IgnoredSlots} unseen slots but at most {MostIgnoredSlots} are allowed; ")
                + "hash to fewer bits.", nameof(Ranges));
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
                    $"Category {range} has slot {slot} in its seen slots; give slots from 0 to {range.Count - 1}."), nameof(Ranges));
            }

            if (slot <= before)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Category {range} has slot {slot} after slot {before} in its seen slots; give slots in ascending order, each once."),
                    nameof(Ranges));
            }

            before = slot;
        }
    }
}
