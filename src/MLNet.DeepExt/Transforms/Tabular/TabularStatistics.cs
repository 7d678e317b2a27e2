using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>What the rows of a table hold, counted in one pass: missing numbers, and how often each text occurs.</summary>
internal sealed class TabularStatistics
{
    // Of more, a table of them would take gigabytes, and no category has as many.
    private const int MostTexts = 1_000_000;

    private readonly Dictionary<string, long> _missing = [];          // rows that lack a number, by column
    private readonly Dictionary<string, long[]> _missingBySlot = [];
    private readonly Dictionary<string, Dictionary<string, long>> _texts = [];

    private TabularStatistics()
    {
    }

    public long Rows { get; private set; }

    /// <param name="host">Who counts.</param>
    /// <param name="data">The rows.</param>
    /// <param name="numbers">The columns of floats.</param>
    /// <param name="texts">The columns of texts.</param>
    /// <param name="nameOf">What a column is called by the user.</param>
    /// <exception cref="InvalidOperationException">There are more texts in a column than are categories.</exception>
    public static TabularStatistics Of(
        IHost host, IDataView data, IReadOnlyList<string> numbers, IReadOnlyList<string> texts, Func<string, string> nameOf)
    {
        var statistics = new TabularStatistics();
        List<DataViewSchema.Column> columns = [.. numbers.Concat(texts).Select(name => data.Schema[name])];
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        Action[] readers =
        [
            .. numbers.Select(name => statistics.NumberReader(cursor, data.Schema[name])),
            .. texts.Select(name => statistics.TextReader(host, cursor, data.Schema[name], nameOf)),
        ];
        for (; cursor.MoveNext(host); statistics.Rows++)
        {
            foreach (Action read in readers)
                read();
        }

        return statistics;
    }

    /// <summary>How many rows lack a number of a column.</summary>
    public long MissingIn(string column) => _missing[column];

    /// <summary>Whether there is a slot of a column that every row lacks.</summary>
    public bool HasEmptySlot(string column) => Array.Exists(_missingBySlot[column], missing => missing == Rows);

    /// <summary>The texts of a column with how often they occur, the most frequent first, of equally frequent ones by their letters.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> TextsOf(string column) =>
        [.. _texts[column].OrderByDescending(text => text.Value).ThenBy(text => text.Key, StringComparer.Ordinal)];

    private Action NumberReader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        _missing[column.Name] = 0;
        var row = new float[column.Type is VectorDataViewType { Size: var size } ? size : 1];
        long[] bySlot = _missingBySlot[column.Name] = new long[row.Length];
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<float> getter = cursor.GetGetter<float>(column);
            float number = 0;
            return () =>
            {
                getter(ref number);
                Count(column.Name, [number], bySlot);
            };
        }

        ValueGetter<VBuffer<float>> vectorGetter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> numbers = default;
        return () =>
        {
            vectorGetter(ref numbers);
            numbers.CopyTo(row);
            Count(column.Name, row, bySlot);
        };
    }

    private void Count(string column, ReadOnlySpan<float> numbers, long[] bySlot)
    {
        bool isMissing = false;
        for (int slot = 0; slot < numbers.Length; slot++)
        {
            if (!float.IsNaN(numbers[slot]))
                continue;
            isMissing = true;
            bySlot[slot]++;
        }

        if (isMissing)
            _missing[column]++;
    }

    private Action TextReader(
        IHost host, DataViewRowCursor cursor, DataViewSchema.Column column, Func<string, string> nameOf)
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
                    $"Column '{nameOf(column.Name)}' holds more than {MostTexts} different texts, which are no categories; leave it out, or use FeaturizeText."));
            }
        };
    }
}
