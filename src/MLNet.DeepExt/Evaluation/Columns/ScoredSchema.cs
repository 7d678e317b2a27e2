using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Finds in a schema what its rows are scored for, whichever model scored them, and the columns to judge them by.</summary>
internal sealed class ScoredSchema
{
    private readonly IExceptionContext _context;
    private readonly DataViewSchema _schema;
    private readonly EvaluationOptions _options;
    private readonly ScoredTask? _wanted;
    private readonly bool? _areOfNumbers; // the metrics; null where there are none
    private readonly DataViewSchema.Column _label;
    private readonly ClassMatching _classes;
    private readonly DataViewSchema.Column? _score;
    private readonly DataViewSchema.Column? _probability;
    private readonly DataViewSchema.Column? _predicted;
    private readonly DataViewSchema.Column? _quantiles;

    private ScoredSchema(
        IExceptionContext context, DataViewSchema schema, EvaluationOptions options, ScoredTask? wanted, bool? areOfNumbers)
    {
        _context = context;
        _schema = schema;
        _options = options;
        _wanted = wanted;
        _areOfNumbers = areOfNumbers;
        _label = Require("label", options.LabelColumnName);
        _classes = new ClassMatching(context, _label);
        _score = Find("score", options.ScoreColumnName, EvaluationOptions.ScoreDefault);
        _probability = Find("probability", options.ProbabilityColumnName, EvaluationOptions.ProbabilityDefault);
        _predicted = Find("predicted label", options.PredictedLabelColumnName, EvaluationOptions.PredictedLabelDefault);
        _quantiles = Find("quantiles", options.QuantilesColumnName, EvaluationOptions.QuantilesDefault);
    }

    /// <summary>Finds them.</summary>
    /// <param name="context">Who throws.</param>
    /// <param name="schema">The schema of the scored rows.</param>
    /// <param name="options">What the columns are called.</param>
    /// <param name="wanted">What the rows are to be scored for; null takes what they are.</param>
    /// <param name="metrics">What they are measured by: of a label that is a number it tells whether this is a class.</param>
    /// <exception cref="ArgumentException">They are scored for another task, or PositiveLabel is none of the labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">Labels and scores do not fit each other.</exception>
    public static ScoredColumns Find(
        IExceptionContext context, DataViewSchema schema, EvaluationOptions options, ScoredTask? wanted = null,
        IReadOnlyList<Metric>? metrics = null)
    {
        bool? areOfNumbers = metrics is null or [] ? null : metrics.All(metric => metric.Input == MetricInput.Numbers);
        return new ScoredSchema(context, schema, options, wanted, areOfNumbers).Find();
    }

    private ScoredColumns Find()
    {
        ScoredTask task = FindTask();
        RequireWanted(task);
        return task switch
        {
            ScoredTask.Binary => OfBinary(),
            ScoredTask.Multiclass => OfMulticlass(),
            ScoredTask.MultiLabel => OfMultiLabel(),
            ScoredTask.MultiTarget =>
                Columns(task, new NumbersLabel(_label.Name, RequireVector("label", _label)), VectorOf("score", _score)),
            _ => OfRegression(),
        };
    }

    private ScoredTask FindTask()
    {
        bool hasVector = (_score ?? _probability)?.Type is VectorDataViewType;
        return _label.Type switch
        {
            VectorDataViewType { ItemType: BooleanDataViewType } => ScoredTask.MultiLabel,
            VectorDataViewType { ItemType: NumberDataViewType } when _wanted is ScoredTask.MultiLabel => ScoredTask.MultiLabel,
            VectorDataViewType { ItemType: NumberDataViewType } when _wanted is ScoredTask.Regression => ScoredTask.MultiTarget,
            VectorDataViewType { ItemType: NumberDataViewType } => _probability is null ? ScoredTask.MultiTarget : ScoredTask.MultiLabel,
            BooleanDataViewType => hasVector ? ScoredTask.Multiclass : ScoredTask.Binary,
            KeyDataViewType { Count: 2 } when
                ((_score ?? _probability) is not null || _wanted is ScoredTask.Binary) && !hasVector => ScoredTask.Binary,
            KeyDataViewType or TextDataViewType => ScoredTask.Multiclass,
            NumberDataViewType when _wanted is ScoredTask.Binary or ScoredTask.Multiclass => _wanted.Value,
            NumberDataViewType when _wanted is null && _areOfNumbers is true => ScoredTask.Regression,
            NumberDataViewType when _wanted is null && _areOfNumbers is false => hasVector ? ScoredTask.Multiclass : ScoredTask.Binary,
            NumberDataViewType when _wanted is null && _predicted is not null => hasVector ? ScoredTask.Multiclass : ScoredTask.Binary,
            NumberDataViewType when _wanted is null && _probability is { Type: NumberDataViewType } => ScoredTask.Binary,
            NumberDataViewType => ScoredTask.Regression,
            _ => throw _context.WrongColumnType(
                "schema", "label", _label, "a key, text, Boolean, a number, or a vector of these",
                "name the column of labels in LabelColumnName"),
        };
    }

    private void RequireWanted(ScoredTask task)
    {
        bool AreNumbers(ScoredTask one) => one is ScoredTask.Regression or ScoredTask.MultiTarget;
        if (_wanted is not { } wanted || wanted == task || (AreNumbers(wanted) && AreNumbers(task)))
            return;
        throw _context.Process(new ArgumentException(
            $"Label column '{_label.Name}', of type {SchemaShapes.TypeName(_label.Type)}, and its scores are of {Words(task)}, " +
            $"not of {Words(wanted)}; use ml.{Catalog(task)}.",
            "data"));
    }

    private ScoredColumns OfBinary()
    {
        ClassNames classes = _label.Type switch
        {
            BooleanDataViewType => ClassNames.OfBoolean,
            KeyDataViewType => WithYesLast(_classes.OfLabel!),
            _ => ClassNames.OfYesNo,
        };
        LabelForm label = _label.Type switch
        {
            BooleanDataViewType => new BooleanLabel(_label.Name),
            KeyDataViewType => _classes.LabelOf(classes),
            NumberDataViewType => new YesNoLabel(_label.Name),
            _ => throw _context.WrongColumnType(
                "schema", "label", _label, "Boolean, a key of 2, or 0 and 1",
                "make keys of it with MapValueToKey, or name the column of labels in LabelColumnName"),
        };
        if (_label.Type is not KeyDataViewType && _options.PositiveLabel is { } positive && positive != classes.Names[1])
        {
            throw _context.Process(new ArgumentException(
                $"PositiveLabel is '{positive}' but a yes of label column '{_label.Name}', of type {SchemaShapes.TypeName(_label.Type)}, is " +
                $"'{classes.Names[1]}'; leave it null.",
                nameof(EvaluationOptions.PositiveLabel)));
        }

        return Columns(ScoredTask.Binary, label, NumberOf("score", _score), NumberOf("probability", _probability), classes);
    }

    private ClassNames WithYesLast(ClassNames keys)
    {
        if (_options.PositiveLabel is { } positive)
        {
            int label = Array.IndexOf(keys.Names, positive);
            return label >= 0 ? keys.WithYes(label) : throw _context.Process(new ArgumentException(
                $"PositiveLabel is '{positive}' but label column '{_label.Name}' has the values {NameList.Of(keys.Names)}; " +
                "name one of these.",
                nameof(EvaluationOptions.PositiveLabel)));
        }

        return _predicted is { Type: BooleanDataViewType } && keys.FindNamedYes() is { } yes ? keys.WithYes(yes) : keys;
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

        return Columns(ScoredTask.Multiclass, _classes.LabelOf(classes), score, probability, classes);
    }

    private ClassNames FindClasses(DataViewSchema.Column? scores) =>
        scores is { } column ? _classes.Find(column, RequireVector("score", column))
        : _predicted is null ? throw MissingScores()
        : _classes.Find(_options.ScoreColumnName);

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

        if (_predicted is { } unread && !isPredicted)
        {
            throw _context.Process(new InvalidOperationException(
                $"Column '{unread.Name}', of type {SchemaShapes.TypeName(unread.Type)}, cannot be told to predict the labels of column " +
                $"'{_label.Name}', of type {SchemaShapes.TypeName(_label.Type)}; {PredictedRemedy("probabilities")}."));
        }

        if (score is null && probability is null && !isPredicted)
            throw Missing("probability", nameof(EvaluationOptions.ProbabilityColumnName), _options.ProbabilityColumnName);
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
            throw MissingScores();
        return new ScoredColumns
        {
            Task = ScoredTask.Regression,
            Label = new NumberLabel(_label.Name),
            Score = _score?.Type is VectorDataViewType ? VectorOf("score", _score) : NumberOf("score", _score),
            Quantiles = _score?.Type is VectorDataViewType ? null : QuantilesOf(),
            Bounds = bounds,
            Weight = FindWeight(),
        };
    }

    private ScoredColumns Columns(
        ScoredTask task,
        LabelForm label,
        DataViewSchema.Column? score,
        DataViewSchema.Column? probability = null,
        ClassNames? classes = null)
    {
        ClassReader? reader = classes is null || _predicted is not { } predicted ? null
            // A yes is what is scored, whatever it is called.
            : task == ScoredTask.Binary && predicted.Type is BooleanDataViewType ? ClassReader.OfBoolean(0, 1)
            : classes.FindReader(predicted) ?? throw _context.Process(new InvalidOperationException(
                $"Column '{predicted.Name}', of type {SchemaShapes.TypeName(predicted.Type)}, cannot be told to predict which of the classes " +
                $"{NameList.Of(classes.Names)} of label column '{_label.Name}', of type {SchemaShapes.TypeName(_label.Type)}; " +
                $"{PredictedRemedy("scores")}."));
        if (score is null && probability is null && reader is null)
            throw MissingScores();
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

    // What another model or the file calls Quantiles may be something else; what the caller names may not.
    private DataViewSchema.Column? QuantilesOf() => _quantiles is not { } quantiles ? null
        : quantiles.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType.Equals(NumberDataViewType.Single) ? quantiles
        : _options.QuantilesColumnName == EvaluationOptions.QuantilesDefault ? null
        : VectorOf("quantiles", quantiles);

    private DataViewSchema.Column? FindWeight() =>
        _options.ExampleWeightColumnName is { } name ? NumberOf("weight", Require("weight", name)) : null;

    /// <summary>A column that may be missing unless an option names it; null if it is missing.</summary>
    private DataViewSchema.Column? Find(string role, string? name, string usualName) =>
        string.IsNullOrEmpty(name) ? null
        : name == usualName ? _schema.GetColumnOrNull(name)
        : Require(role, name);

    private Exception MissingScores() => Missing("score", nameof(EvaluationOptions.ScoreColumnName), _options.ScoreColumnName);

    private Exception Missing(string role, string option, string? name) => name is not null
        ? _context.MissingColumn("schema", role, name, _schema)
        : _context.Process(new ArgumentException($"{option} is null, and nothing else says what is predicted; name the {role} column.", option));

    private DataViewSchema.Column Require(string role, string name) =>
        _schema.GetColumnOrNull(name) ?? throw _context.MissingColumn("schema", role, name, _schema);

    private DataViewSchema.Column? NumberOf(string role, DataViewSchema.Column? column) => column is null or { Type: NumberDataViewType }
        ? column
        : throw _context.WrongColumnType(
            "schema", role, column.Value, "a number", "name a column of numbers, or convert it with Conversion.ConvertType");

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
                "schema", role, column, SchemaShapes.TypeName(SchemaShapes.Vector(column.Name, NumberDataViewType.Single)),
                "name a column of numbers for each class or label, of a known length");

    private static string PredictedRemedy(string what) => $"set PredictedLabelColumnName to null to decide by the {what}";

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
        ScoredTask.MultiLabel => "MultiLabelClassification",
        _ => "Regression",
    };
}
