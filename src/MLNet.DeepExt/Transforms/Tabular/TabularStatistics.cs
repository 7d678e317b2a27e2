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

    private readonly Dictionary<string, long> _missing = [];
    private readonly Dictionary<string, Dictionary<string, long>> _texts = [];

    private TabularStatistics()
    {
    }

    public long Rows { get; private set; }

    /// <exception cref="InvalidOperationException">There are no rows, or more texts in a column than are categories.</exception>
    public static TabularStatistics Of(IHost host, IDataView data, IReadOnlyList<string> numbers, IReadOnlyList<string> texts)
    {
        var statistics = new TabularStatistics();
        List<DataViewSchema.Column> columns = [.. numbers.Concat(texts).Select(name => data.Schema[name])];
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        Action[] readers =
        [
            .. numbers.Select(name => statistics.NumberReader(cursor, data.Schema[name])),
            .. texts.Select(name => statistics.TextReader(host, cursor, data.Schema[name])),
        ];
        for (; cursor.MoveNext(); statistics.Rows++)
        {
            if (statistics.Rows % 1024 == 0)
                host.ThrowIfCancelled();
            foreach (Action read in readers)
                read();
        }

        return statistics;
    }

    /// <summary>How many rows lack a number of a column.</summary>
    public long MissingIn(string column) => _missing[column];

    /// <summary>The texts of a column with how often they occur, the most frequent first, of equally frequent ones by their letters.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> TextsOf(string column) =>
        [.. _texts[column].OrderByDescending(text => text.Value).ThenBy(text => text.Key, StringComparer.Ordinal)];

    private Action NumberReader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        _missing[column.Name] = 0;
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<float> getter = cursor.GetGetter<float>(column);
            float number = 0;
            return () =>
            {
                getter(ref number);
                if (float.IsNaN(number))
                    _missing[column.Name]++;
            };
        }

        ValueGetter<VBuffer<float>> vectorGetter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> numbers = default;
        return () =>
        {
            vectorGetter(ref numbers);
            foreach (float number in numbers.GetValues())
            {
                if (float.IsNaN(number))
                {
                    _missing[column.Name]++;
                    break;
                }
            }
        };
    }

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
                    $"A column holds more than {MostTexts} different texts, which are no categories; leave it out, or use FeaturizeText."));
            }
        };
    }
}
