using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// The dev rows as a model scores them, with some columns as they were before: models that change a column in its place are judged by what
/// it held, so that all are judged alike.
/// </summary>
internal sealed class ScoredDev
{
    private readonly IHost _host;
    private readonly DataViewSchema _schema; // of the dev rows
    private readonly Dictionary<string, string> _names; // of the copies, by those of the columns

    /// <summary>Scores them; nothing is read.</summary>
    /// <param name="host">Who reads.</param>
    /// <param name="model">The model.</param>
    /// <param name="dev">The rows.</param>
    /// <param name="kept">The columns that are needed as they were; those that there are not are left out.</param>
    public ScoredDev(IHost host, ITransformer model, IDataView dev, IEnumerable<string> kept)
    {
        (_host, _schema) = (host, dev.Schema);
        string[] known = [.. kept.Distinct().Where(name => dev.Schema.GetColumnOrNull(name) is not null)];
        DataViewSchema output = model.GetOutputSchema(dev.Schema);
        HashSet<string> taken = [.. dev.Schema.Concat(output).Select(column => column.Name)];
        _names = known.ToDictionary(name => name, name => FreeName(name, taken));
        Rows = model.Transform(known.Length == 0 ? dev : CopiedColumns.Of(host, dev, _names.Select(pair => (pair.Value, pair.Key))));
        // A model that keeps some columns only may keep the column itself, but knows nothing of its copy.
        foreach (string name in known.Where(name => Rows.Schema.GetColumnOrNull(_names[name]) is null))
            _names[name] = name;
    }

    /// <summary>The scored rows.</summary>
    public IDataView Rows { get; private set; }

    /// <summary>Has the rows scored once, however often they are read.</summary>
    /// <param name="columns">What will be read, besides the columns that are kept; those that there are not are left out.</param>
    public void KeepInMemory(IEnumerable<string?> columns)
    {
        Rows = CachedRows.Of(_host, Rows);
        // Columns that are asked for later would be read by themselves, and all rows again for them.
        Rows.Open(columns.Concat(_names.Values).Distinct()
            .Select(name => name is null ? null : Rows.Schema.GetColumnOrNull(name)).OfType<DataViewSchema.Column>()).Dispose();
    }

    /// <summary>What a column of the dev rows is called in the scored ones.</summary>
    /// <param name="role">What it is for.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dev rows have no such column.</exception>
    public string NameOf(string role, string name) =>
        _names.TryGetValue(name, out string? copy) ? copy : throw _host.MissingColumn("dev", role, name, _schema);

    // It is read in messages.
    private static string FreeName(string name, HashSet<string> taken)
    {
        string free = $"{name} of the dev rows";
        while (!taken.Add(free))
            free += "'";
        return free;
    }
}
