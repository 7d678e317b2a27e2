using System.Diagnostics;
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
    private const ulong Stream = 0x536D6F7465; // a name that no other use of the seed has: "Smote"

    private const string ClassTypes = "Key<UInt32>, Boolean or String";

    private readonly IHost _host;
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _features;
    private readonly int _width;
    private readonly LabelForm _label;

    public MinorityOversampling(IHost host, IDataView data, string labelColumnName, string featureColumnName)
    {
        _host = host;
        _data = data;
        _features = Require("feature", featureColumnName);
        if (_features.Type is not VectorDataViewType { Size: > 0 } type || !type.ItemType.Equals(NumberDataViewType.Single))
        {
            throw host.WrongColumnType(
                nameof(data), "feature", "Vector<Single>", ShapeOf(_features), SchemaShapes.Vector("Any", NumberDataViewType.Single));
        }

        _width = type.Size;
        _label = LabelOf(Require("label", labelColumnName));
    }

    /// <summary>The rows, and after them the synthetic ones.</summary>
    /// <param name="neighbors">How many of the nearest rows a synthetic row is drawn from, at least 1.</param>
    /// <param name="targetShare">How many rows each class is to have, as a share of those of the largest.</param>
    /// <param name="seed">The seed of what is drawn.</param>
    public IDataView Oversample(int neighbors, double targetShare, int seed)
    {
        SortedDictionary<int, long> counts = CountClasses();
        // What is a whole number but for the last bits is one.
        long wanted = (long)Math.Ceiling(Math.Round(targetShare * counts.Values.Max(), 6));
        var random = new CounterRandom((ulong)seed).Derive(Stream);
        IReadOnlyList<(int First, int Count)> categories = CategoricalSlots.Of(_features);
        KeyValuePair<int, long>[] few = [.. counts.Where(count => count.Value < wanted)];
        if (few.Length == 0)
            return _data;
        foreach ((int index, long count) in few)
            CheckRows(index, count, neighbors);
        var classes = few.ToDictionary(count => count.Key, count => new MinorityClass((int)count.Value, _width, categories));
        Dictionary<long, (MinorityClass Class, int Row)> places = Read(classes);
        foreach ((int index, MinorityClass minority) in classes)
            minority.Plan(_host, neighbors, wanted - minority.Count, random.Derive((ulong)index));

        var rows = new SyntheticRows(places, random);
        var synthetic = new ChangedRowsView(_data, new InputOutputColumnPair(_features.Name), rows, rows.Versions);
        return AppendedRows.Of(_host, _data, synthetic);
    }

    private DataViewSchema.Column Require(string role, string name) =>
        _data.Schema.GetColumnOrNull(name) ?? throw _host.MissingColumn("data", role, name, _data.Schema);

    private LabelForm LabelOf(DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType { Count: > 0 and <= int.MaxValue and var count } key when key.RawType == typeof(uint) =>
            new KeyLabel(column.Name, (int)count),
        BooleanDataViewType => new BooleanLabel(column.Name),
        TextDataViewType => TextLabel.Of(_host, _data, column.Name),
        VectorDataViewType => throw _host.WrongColumnType(
            "data", "label", column, ClassTypes, "name a column of one class a row"),
        _ => throw _host.WrongColumnType(
            "data", "label", ClassTypes, ShapeOf(column), SchemaShapes.Scalar("Any", NumberDataViewType.UInt32, isKey: true)),
    };

    private SchemaShape.Column ShapeOf(DataViewSchema.Column column) =>
        SchemaShapes.TryFind(SchemaShapes.Of(_data.Schema), column.Name, out SchemaShape.Column shape) ? shape : throw new UnreachableException();

    // Of the classes that occur, which may be few of all that a key can be. So are names made only where one is told.
    private string NameOf(int index)
    {
        DataViewSchema.Column column = _data.Schema[_label.Name];
        string[] names = _label is TextLabel text ? text.Texts
            : _label is BooleanLabel ? [bool.FalseString, bool.TrueString]
            : KeyValues.AreKnown(column) ? KeyValues.Texts(column)
            : [];
        return index < names.Length ? names[index] : (index + 1).ToString(CultureInfo.InvariantCulture);
    }

    private SortedDictionary<int, long> CountClasses()
    {
        var counts = new SortedDictionary<int, long>();
        using DataViewRowCursor cursor = _data.Open([_data.Schema[_label.Name]]);
        LabelReader label = _label.Open(cursor);
        while (cursor.MoveNext(_host))
        {
            if (TryReadClass(label) is { } index)
                counts[index] = counts.GetValueOrDefault(index) + 1;
        }

        if (counts.Count < 2)
        {
            throw _host.Process(new InvalidOperationException(counts.Count == 0
                ? $"No row has a label; check label column '{_label.Name}', and the file, or the filter, that the data comes from."
                : $"All rows with a label, {counts.First().Value}, are of class '{NameOf(counts.First().Key)}', but two " +
                    $"classes are needed; check label column '{_label.Name}'."));
        }

        return counts;
    }

    private void CheckRows(int index, long count, int neighbors)
    {
        if (count > neighbors)
        {
            if (count <= Array.MaxLength / Math.Max(_width, neighbors))
                return;
            throw _host.Process(new InvalidOperationException(
                $"Class '{NameOf(index)}' of label column '{_label.Name}' has {count} rows, which with {_width} features and {neighbors} " +
                "neighbors each are more than one array can hold; lower targetShare, so that it needs no more, or neighbors."));
        }

        string remedy = count == 1 ? "leave the class out" : $"lower neighbors to {count - 1}";
        throw _host.Process(new InvalidOperationException(
            $"Class '{NameOf(index)}' of label column '{_label.Name}' has {count} rows, but {neighbors} neighbors need {neighbors + 1L}; " +
            $"{remedy}, or find more rows of it."));
    }

    private Dictionary<long, (MinorityClass Class, int Row)> Read(Dictionary<int, MinorityClass> classes)
    {
        var places = new Dictionary<long, (MinorityClass, int)>();
        using DataViewRowCursor cursor = _data.Open([_data.Schema[_label.Name], _features]);
        LabelReader label = _label.Open(cursor);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(_features);
        VBuffer<float> features = default;
        for (long row = 0; cursor.MoveNext(_host); row++)
        {
            if (TryReadClass(label) is not { } index || !classes.TryGetValue(index, out MinorityClass? minority))
                continue;
            getter(ref features);
            Check(in features, row, index);
            if (minority.IsFull)
                throw _host.Process(NotTheSame(index));
            places.Add(row, (minority, minority.Count));
            minority.Add(in features);
        }

        foreach ((int index, MinorityClass minority) in classes)
        {
            if (!minority.IsFull)
                throw _host.Process(NotTheSame(index));
        }

        return places;
    }

    private InvalidOperationException NotTheSame(int index) =>
        SyntheticRows.NotTheSame($"Class '{NameOf(index)}' has another number of rows now than when they were counted");

    private void Check(in VBuffer<float> features, long row, int index)
    {
        if (VectorLength.FindFault(_features.Name, _width, features.Length) is { } fault)
            throw _host.Process(fault);
        if (!FiniteValues.Only(in features))
        {
            throw _host.Process(new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Row {row + 1}, of class '{NameOf(index)}', has NaN or infinite features in column '{_features.Name}', which nothing " +
                $"can be put between; replace them before, with TabularFeatures.")));
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
}
