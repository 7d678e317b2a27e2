using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Finds in a schema what its rows are scored for, whoever scored them, and the columns to judge them by.</summary>
internal sealed class ScoredSchema
{
    private readonly IExceptionContext _context;
    private readonly DataViewSchema _schema;
    private readonly EvaluationOptions _options;
    private readonly ScoredTask? _wanted;
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column? _score;
    private readonly DataViewSchema.Column? _probability;
    private readonly DataViewSchema.Column? _predicted;

    private ScoredSchema(IExceptionContext context, DataViewSchema schema, EvaluationOptions options, ScoredTask? wanted)
    {
        _context = context;
        _schema = schema;
        _options = options;
        _wanted = wanted;
        _label = Require("label", options.LabelColumnName);
        _score = schema.GetColumnOrNull(options.ScoreColumnName);
        _probability = schema.GetColumnOrNull(options.ProbabilityColumnName);
        _predicted = schema.GetColumnOrNull(options.PredictedLabelColumnName);
    }

    /// <summary>Finds them.</summary>
    /// <param name="context">Who throws.</param>
    /// <param name="schema">The schema of the scored rows.</param>
    /// <param name="options">What the columns are called.</param>
    /// <param name="wanted">What the rows are to be scored for; null takes what they are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">Labels and scores do not fit each other.</exception>
    public static ScoredColumns Find(
        IExceptionContext context, DataViewSchema schema, EvaluationOptions options, ScoredTask? wanted = null) =>
        new ScoredSchema(context, schema, options, wanted).Find();

    private ScoredColumns Find()
    {
        ScoredTask task = FindTask();
        RequireWanted(task);
        return task switch
        {
            ScoredTask.Binary => OfBinary(),
            ScoredTask.Multiclass => OfMulticlass(),
            ScoredTask.MultiLabel => OfMultiLabel(),
            ScoredTask.MultiTarget => Columns(task, new NumbersLabel(_label.Name, RequireVector("label", _label)), VectorOf("score", _score)),
            _ => OfRegression(),
        };
    }

    private ScoredTask FindTask()
    {
        bool hasVector = (_score ?? _probability)?.Type is VectorDataViewType;
        return _label.Type switch
        {
            VectorDataViewType { ItemType: BooleanDataViewType } => ScoredTask.MultiLabel,
            VectorDataViewType { ItemType: NumberDataViewType } => _probability is null ? ScoredTask.MultiTarget : ScoredTask.MultiLabel,
            BooleanDataViewType => hasVector ? ScoredTask.Multiclass : ScoredTask.Binary,
            KeyDataViewType { Count: 2 } when (_score ?? _probability) is not null && !hasVector => ScoredTask.Binary,
            KeyDataViewType or TextDataViewType => ScoredTask.Multiclass,
            NumberDataViewType when _wanted is ScoredTask.Binary or ScoredTask.Multiclass => _wanted.Value,
            NumberDataViewType when _wanted is null && _predicted is not null => hasVector ? ScoredTask.Multiclass : ScoredTask.Binary,
            NumberDataViewType when _wanted is null && _probability is { Type: NumberDataViewType } => ScoredTask.Binary,
            NumberDataViewType => ScoredTask.Regression,
            _ => throw _context.WrongColumnType(
                nameof(_schema)[1..], "label", _label.Name, "a key, text, Boolean, a number, or a vector of these", _label.Type.ToString()),
        };
    }

    private void RequireWanted(ScoredTask task)
    {
        bool AreNumbers(ScoredTask one) => one is ScoredTask.Regression or ScoredTask.MultiTarget;
        if (_wanted is not { } wanted || wanted == task || (AreNumbers(wanted) && AreNumbers(task)))
            return;
        throw _context.Process(new ArgumentException(
            $"Label column '{_label.Name}', of type {_label.Type}, and its scores are of {Words(task)}, not of {Words(wanted)}; " +
            $"{(task == ScoredTask.MultiLabel ? "measure them with ml.MultiLabelClassification" : $"use ml.{Catalog(task)}")}."));
    }

    private ScoredColumns OfBinary()
    {
        LabelForm label = _label.Type switch
        {
            BooleanDataViewType => new BooleanLabel(_label.Name),
            KeyDataViewType => ClassLabelOf(ClassNames.OfKeys(_label)),
            NumberDataViewType => new YesNoLabel(_label.Name),
            _ => throw _context.WrongColumnType("schema", "label", _label.Name, "Boolean, a key of 2, or 0 and 1", _label.Type.ToString()),
        };
        ClassNames classes = _label.Type switch
        {
            BooleanDataViewType => ClassNames.OfBoolean,
            KeyDataViewType => ClassNames.OfKeys(_label),
            _ => ClassNames.OfYesNo,
        };
        return Columns(ScoredTask.Binary, label, NumberOf("score", _score), NumberOf("probability", _probability), classes);
    }

    private ScoredColumns OfMulticlass()
    {
        DataViewSchema.Column? score = VectorOf("score", _score), probability = VectorOf("probability", _probability);
        ClassNames classes = FindClasses(score ?? probability);
        if (score is { } one && probability is { } two && RequireVector("score", one) != RequireVector("probability", two))
        {
            throw _context.Process(new InvalidOperationException(
                $"Column '{one.Name}' holds {RequireVector("score", one)} scores but column '{two.Name}' " +
                $"{RequireVector("probability", two)} probabilities; they must be equal."));
        }

        return Columns(ScoredTask.Multiclass, ClassLabelOf(classes), score, probability, classes);
    }

    private ClassNames FindClasses(DataViewSchema.Column? scores)
    {
        ClassNames? ofLabel = _label.Type is KeyDataViewType ? ClassNames.OfKeys(_label) : null;
        if (scores is not { } column)
        {
            if (_predicted is null)
                throw _context.MissingColumn("schema", "score", _options.ScoreColumnName);
            return ofLabel ?? throw _context.Process(new InvalidOperationException(
                $"Nothing says which classes there are: label column '{_label.Name}' is of type {_label.Type}, and there is no column " +
                $"'{_options.ScoreColumnName}'; make keys of the labels with MapValueToKey."));
        }

        int size = RequireVector("score", column);
        if (ClassNames.OfScores(column) is { } ofScores)
        {
            if (ofLabel is { AreKnown: true } && !ofLabel.Names.Intersect(ofScores.Names, StringComparer.Ordinal).Any())
            {
                throw _context.Process(new InvalidOperationException(
                    $"None of the classes of label column '{_label.Name}', {Some(ofLabel)}, is among the names of the slots of column " +
                    $"'{column.Name}', {Some(ofScores)}; name the slots like the classes, or remove their names."));
            }

            if (ofLabel is { AreKnown: false })
                RequireEqual(column, size, ofLabel.Count);
            return ofScores;
        }

        if (ofLabel is null)
        {
            throw _context.Process(new InvalidOperationException(
                $"Labels in column '{_label.Name}', of type {_label.Type}, cannot be told to be which of the {size} slots of column " +
                $"'{column.Name}', which have no names; make keys of the labels with MapValueToKey, in the order of the scores."));
        }

        RequireEqual(column, size, ofLabel.Count);
        return ofLabel;
    }

    private void RequireEqual(DataViewSchema.Column scores, int size, int classes)
    {
        if (size == classes)
            return;
        throw _context.Process(new InvalidOperationException(
            $"Column '{scores.Name}' holds {size} scores but label column '{_label.Name}' has {classes} classes, and they do not both have " +
            "names to tell which is which; make keys of the labels with the MapValueToKey that the model was trained with."));
    }

    private ClassLabel ClassLabelOf(ClassNames classes) =>
        new(_label.Name, classes.Count, classes.FindReader(_label) ?? throw _context.Process(new InvalidOperationException(
            $"Labels in column '{_label.Name}', of type {_label.Type}, cannot be told to be which of the classes {Some(classes)}; " +
            "make keys of the labels with MapValueToKey.")));

    private ScoredColumns OfMultiLabel()
    {
        int size = RequireVector("label", _label);
        var label = new FlagsLabel(_label.Name, size, ((VectorDataViewType)_label.Type).ItemType is BooleanDataViewType);
        DataViewSchema.Column? score = VectorOf("score", _score), probability = VectorOf("probability", _probability);
        bool isPredicted = _predicted?.Type is VectorDataViewType { ItemType: BooleanDataViewType } flags && flags.Size == size;
        foreach (DataViewSchema.Column column in new[] { score, probability }.OfType<DataViewSchema.Column>())
        {
            if (RequireVector("score", column) != size)
            {
                throw _context.Process(new InvalidOperationException(
                    $"Column '{column.Name}' holds {RequireVector("score", column)} scores but label column '{_label.Name}' " +
                    $"{label.Describe()}; they must be equal."));
            }
        }

        if (score is null && probability is null && !isPredicted)
            throw _context.MissingColumn("schema", "probability", _options.ProbabilityColumnName);
        return new ScoredColumns
        {
            Task = ScoredTask.MultiLabel,
            Label = label,
            Score = score,
            Probability = probability,
            Predicted = isPredicted ? _predicted : null,
            Weight = FindWeight(),
        };
    }

    private ScoredColumns OfRegression()
    {
        (DataViewSchema.Column, DataViewSchema.Column)? bounds = _options.LowerColumnName is { } lower
            ? (NumberOf("lower", Require("lower", lower))!.Value, NumberOf("upper", Require("upper", _options.UpperColumnName!))!.Value)
            : null;
        if (_score is null && bounds is null)
            throw _context.MissingColumn("schema", "score", _options.ScoreColumnName);
        return new ScoredColumns
        {
            Task = ScoredTask.Regression,
            Label = new NumberLabel(_label.Name),
            Score = _score?.Type is VectorDataViewType ? VectorOf("score", _score) : NumberOf("score", _score),
            Quantiles = _score?.Type is not VectorDataViewType && _schema.GetColumnOrNull(_options.QuantilesColumnName) is { } quantiles
                && quantiles.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType.Equals(NumberDataViewType.Single)
                ? quantiles
                : null,
            Bounds = bounds,
            Weight = FindWeight(),
        };
    }

    private ScoredColumns Columns(
        ScoredTask task, LabelForm label, DataViewSchema.Column? score, DataViewSchema.Column? probability = null, ClassNames? classes = null)
    {
        ClassReader? reader = _predicted is { } predicted ? classes?.FindReader(predicted) : null;
        if (score is null && probability is null && reader is null)
            throw _context.MissingColumn("schema", "score", _options.ScoreColumnName);
        return new ScoredColumns
        {
            Task = task,
            Label = label,
            Classes = classes,
            Score = score,
            Probability = probability,
            Predicted = reader is null ? null : _predicted,
            PredictedClass = reader,
            Weight = FindWeight(),
        };
    }

    private DataViewSchema.Column? FindWeight() => _options.ExampleWeightColumnName is { } name ? NumberOf("weight", Require("weight", name)) : null;

    private DataViewSchema.Column Require(string role, string name) =>
        _schema.GetColumnOrNull(name) ?? throw _context.MissingColumn("schema", role, name);

    private DataViewSchema.Column? NumberOf(string role, DataViewSchema.Column? column) => column is null or { Type: NumberDataViewType }
        ? column
        : throw _context.WrongColumnType("schema", role, column.Value.Name, "a number", column.Value.Type.ToString());

    private DataViewSchema.Column? VectorOf(string role, DataViewSchema.Column? column)
    {
        if (column is { } known)
            RequireVector(role, known);
        return column;
    }

    private int RequireVector(string role, DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { IsKnownSize: true } vector
            && (vector.ItemType.Equals(NumberDataViewType.Single) || (role == "label" && vector.ItemType is BooleanDataViewType))
            ? vector.Size
            : throw _context.WrongColumnType(
                "schema", role, column.Name, SchemaShapes.TypeName(SchemaShapes.Vector(column.Name, NumberDataViewType.Single)),
                column.Type.ToString());

    private static string Some(ClassNames classes) => ClassWords.Some(classes.Names);

    private static string Words(ScoredTask task) => task switch
    {
        ScoredTask.Binary => "a yes or no",
        ScoredTask.Multiclass => "several classes",
        ScoredTask.MultiLabel => "several labels",
        ScoredTask.MultiTarget => "several numbers",
        _ => "a number",
    };

    private static string Catalog(ScoredTask task) => task switch
    {
        ScoredTask.Binary => "BinaryClassification",
        ScoredTask.Multiclass => "MulticlassClassification",
        _ => "Regression",
    };
}
