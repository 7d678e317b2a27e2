using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Data;

/// <summary>A text, which names the class of a row; the empty text is none. Classes are in the order in which the rows name them.</summary>
internal sealed class TextLabel : LabelForm
{
    private readonly Dictionary<string, int> _classes;

    private TextLabel(string name, Dictionary<string, int> classes)
        : base(name, classes.Count, targetWidth: 0)
    {
        _classes = classes;
    }

    /// <summary>The classes' names.</summary>
    public string[] Texts => [.. _classes.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    /// <summary>Reads which texts there are.</summary>
    public static TextLabel Of(IHost host, IDataView data, string name)
    {
        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        using DataViewRowCursor cursor = data.Open([data.Schema[name]]);
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[name]);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext(host))
        {
            getter(ref text);
            if (!text.IsEmpty && !classes.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(text.Span))
                classes.Add(text.ToString(), classes.Count);
        }

        return new TextLabel(name, classes);
    }

    public override string Describe() => $"has {Size} different texts";

    public override LabelReader Open(DataViewRowCursor cursor) =>
        new Reader(_classes, cursor.GetGetter<ReadOnlyMemory<char>>(cursor.Schema[Name]));

    private sealed class Reader(Dictionary<string, int> classes, ValueGetter<ReadOnlyMemory<char>> getter) : LabelReader
    {
        private ReadOnlyMemory<char> _text;
        private int _class;

        public override int Class => _class;

        public override bool Read()
        {
            getter(ref _text);
            return classes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(_text.Span, out _class);
        }
    }
}
