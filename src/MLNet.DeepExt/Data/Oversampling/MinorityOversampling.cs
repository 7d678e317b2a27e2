using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Training;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Data.Oversampling;

/// <summary>Adds synthetic rows to the classes of which there are few.</summary>
internal sealed class MinorityOversampling
{
    private const int RowsBetweenChecks = 1024;
    private const ulong Stream = 0x536D6F7465; // a name that no other use of the seed has: "Smote"

    private readonly IHost _host;
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _features;
    private readonly int _width;
    private readonly LabelForm _label;
    private readonly string[] _names; // (classes)

    public MinorityOversampling(IHost host, IDataView data, string labelColumnName, string featureColumnName)
    {
        _host = host;
        _data = data;
        _features = Require("feature", featureColumnName);
        if (_features.Type is not VectorDataViewType { Size: > 0 } type || !type.ItemType.Equals(NumberDataViewType.Single))
            throw host.WrongColumnType(nameof(data), "feature", featureColumnName, "Vector<Single>", _features.Type.ToString());
        _width = type.Size;
        (_label, _names) = LabelOf(Require("label", labelColumnName));
    }

    /// <summary>The rows, and after them the synthetic ones.</summary>
    /// <param name="neighbors">How many of the nearest rows a synthetic row is drawn from, at least 1.</param>
    /// <param name="targetShare">How many rows each class is to have, as a share of those of the largest.</param>
    /// <param name="seed">The seed of what is drawn.</param>
    public IDataView Oversample(int neighbors, double targetShare, int seed)
    {
        long[] counts = CountClasses();
        long wanted = (long)Math.Ceiling(targetShare * counts.Max());
        var random = new CounterRandom((ulong)seed).Derive(Stream);
        IReadOnlyList<(int First, int Count)> categories = CategoricalSlots.Of(_features);
        var classes = new MinorityClass?[counts.Length];
        for (int i = 0; i < classes.Length; i++)
        {
            if (counts[i] == 0 || counts[i] >= wanted)
                continue;
            CheckRows(i, counts[i], neighbors);
            classes[i] = new MinorityClass(_width, categories);
        }

        if (Array.TrueForAll(classes, minority => minority is null))
            return _data;
        Dictionary<long, (MinorityClass Class, int Row)> places = Read(classes);
        for (int i = 0; i < classes.Length; i++)
            classes[i]?.Plan(_host, neighbors, wanted - counts[i], random.Derive((ulong)i));

        var rows = new SyntheticRows(places, random);
        var synthetic = new ChangedRowsView(_data, new InputOutputColumnPair(_features.Name), rows, rows.Versions);
        return AppendedRows.Of(_host, _data, synthetic);
    }

    private DataViewSchema.Column Require(string role, string name) =>
        _data.Schema.GetColumnOrNull(name) ?? throw _host.MissingColumn("data", role, name);

    private (LabelForm Label, string[] Names) LabelOf(DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case KeyDataViewType { Count: > 0 and <= int.MaxValue and var count } key when key.RawType == typeof(uint):
                return (new KeyLabel(column.Name, (int)count), KeyValues.Texts(column));
            case BooleanDataViewType:
                return (new BooleanLabel(column.Name), [bool.FalseString, bool.TrueString]);
            case TextDataViewType:
                var texts = TextLabel.Of(_host, _data, column.Name);
                return (texts, texts.Texts);
            default:
                throw _host.WrongColumnType("data", "label", column.Name, "Key<UInt32>, Boolean or String", column.Type.ToString());
        }
    }

    private long[] CountClasses()
    {
        var counts = new long[_names.Length];
        using DataViewRowCursor cursor = _data.GetRowCursor([_data.Schema[_label.Name]]);
        LabelReader label = _label.Open(cursor);
        while (MoveNext(cursor))
        {
            if (TryReadClass(label) is { } index)
                counts[index]++;
        }

        if (counts.Count(count => count > 0) < 2)
        {
            throw _host.Process(new InvalidOperationException(counts.Sum() == 0
                ? $"No row has a label; check label column '{_label.Name}', and the file, or the filter, that the data comes from."
                : $"All rows with a label, {counts.Sum()}, are of class '{_names[Array.FindIndex(counts, count => count > 0)]}', but two " +
                    $"classes are needed; check label column '{_label.Name}'."));
        }

        return counts;
    }

    private void CheckRows(int index, long count, int neighbors)
    {
        if (count > neighbors)
            return;
        string remedy = count == 1 ? "leave the class out" : $"lower neighbors to {count - 1}";
        throw _host.Process(new InvalidOperationException(
            $"Class '{_names[index]}' of label column '{_label.Name}' has {count} rows, but {neighbors} neighbors need {neighbors + 1}; " +
            $"{remedy}, or find more rows of it."));
    }

    private Dictionary<long, (MinorityClass Class, int Row)> Read(MinorityClass?[] classes)
    {
        var places = new Dictionary<long, (MinorityClass, int)>();
        using DataViewRowCursor cursor = _data.GetRowCursor([_data.Schema[_label.Name], _features]);
        LabelReader label = _label.Open(cursor);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(_features);
        VBuffer<float> features = default;
        for (long row = 0; MoveNext(cursor); row++)
        {
            if (TryReadClass(label) is not { } index || classes[index] is not { } minority)
                continue;
            getter(ref features);
            Check(in features, row, index);
            if (minority.IsFull)
            {
                throw _host.Process(new InvalidOperationException(
                    $"Class '{_names[index]}' has more rows of {_width} features than one array holds; lower targetShare, so that it " +
                    "needs no more."));
            }

            places.Add(row, (minority, minority.Count));
            minority.Add(in features);
        }

        return places;
    }

    private void Check(in VBuffer<float> features, long row, int index)
    {
        if (VectorLength.FindFault(_features.Name, _width, features.Length) is { } fault)
            throw _host.Process(fault);
        if (!FiniteValues.Only(in features))
        {
            throw _host.Process(new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Row {row + 1}, of class '{_names[index]}', has NaN or infinite features in column '{_features.Name}', which nothing " +
                $"can be put between; replace missing values before, with ReplaceMissingValues or TabularFeatures.")));
        }
    }

    private int? TryReadClass(LabelReader label)
    {
        if (!label.Read())
            return null;
        if (label.FindFault() is { } fault)
            throw _host.Process(fault);
        return label.Class;
    }

    private bool MoveNext(DataViewRowCursor cursor)
    {
        if (!cursor.MoveNext())
            return false;
        if (cursor.Position % RowsBetweenChecks == 0)
            _host.ThrowIfCancelled();
        return true;
    }
}
