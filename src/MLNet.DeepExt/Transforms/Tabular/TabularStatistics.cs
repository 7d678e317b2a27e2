using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>What the rows of a table hold, counted in one pass: numbers, and how often each text occurs.</summary>
internal sealed class TabularStatistics
{
    // Of more, a table of them would take gigabytes, and no category has as many.
    private const int MostTexts = 1_000_000;

    private readonly Dictionary<string, Dictionary<string, long>> _texts = [];

    private TabularStatistics(NumberStatistics numbers) => Numbers = numbers;

    public long Rows { get; private set; }

    public NumberStatistics Numbers { get; }

    /// <param name="host">Who counts.</param>
    /// <param name="data">The rows.</param>
    /// <param name="numbers">The vector column of all numbers; null if there are none.</param>
    /// <param name="sizes">(columns): how many of its slots come from each column of the table.</param>
    /// <param name="texts">The columns of texts.</param>
    /// <exception cref="InvalidOperationException">There are more texts in a column than are categories.</exception>
    public static TabularStatistics Of(
        IHost host, IDataView data, DataViewSchema.Column? numbers, int[] sizes, IReadOnlyList<DataViewSchema.Column> texts)
    {
        var statistics = new TabularStatistics(new NumberStatistics(sizes));
        using DataViewRowCursor cursor = data.Open([.. texts, .. numbers is { } read ? [read] : Array.Empty<DataViewSchema.Column>()]);
        List<Action> readers = [.. texts.Select(text => statistics.TextReader(host, cursor, text))];
        if (numbers is { } vector)
            readers.Add(RowReader(cursor, vector, statistics.Numbers.Add));
        for (; cursor.MoveNext(host); statistics.Rows++)
        {
            foreach (Action reader in readers)
                reader();
        }

        return statistics;
    }

    /// <summary>Reads a row of a vector column, and hands it on with its zeros written out.</summary>
    public static Action RowReader(DataViewRow row, DataViewSchema.Column column, RowAction add)
    {
        var numbers = new float[((VectorDataViewType)column.Type).Size];
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> vector = default;
        return () =>
        {
            getter(ref vector);
            vector.CopyTo(numbers);
            add(numbers);
        };
    }

    /// <summary>The texts of a column with how often they occur, the most frequent first, of equally frequent ones by their letters.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> TextsOf(string column) =>
        [.. _texts[column].OrderByDescending(text => text.Value).ThenBy(text => text.Key, StringComparer.Ordinal)];

    private Action TextReader(IHost host, DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> byLetters = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        _texts[column.Name] = counts;
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            if (text.IsEmpty)
                return;
            byLetters[text.Span] = byLetters.TryGetValue(text.Span, out long count) ? count + 1 : 1;
            if (counts.Count > MostTexts)
            {
                throw host.Process(new InvalidOperationException(
                    $"Column '{column.Name}' holds more than {MostTexts} different texts, which are no categories; leave it out, or use " +
                    "FeaturizeText."));
            }
        };
    }
}
