using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>In which folder each type of the sources is declared; several folders may share a namespace.</summary>
internal sealed class Folders
{
    private readonly Dictionary<string, string> _folders = []; // by namespace and name of the outermost type

    public Folders(IEnumerable<SourceFile> files)
    {
        foreach (SourceFile file in files)
        {
            foreach (string type in file.Types)
                _folders[$"{file.Namespaces.Single()}.{type}"] = file.Folder;
        }
    }

    /// <summary>The folder of the file in which a type is declared, or of that in which its outermost type is; null where no file declares it.</summary>
    public string? Of(TypeName type) => _folders.GetValueOrDefault($"{type.Namespace}.{type.Name.Split('+', '`')[0]}");

    /// <summary>The folder right below the project: <c>src/MLNet.DeepExt/Data</c> of <c>src/MLNet.DeepExt/Data/Labels</c>.</summary>
    public string? RoomOf(TypeName type) => Of(type) is { } folder ? Room(folder) : null;

    /// <summary>What rooms use of each other, as the using directives of files say; those see constants too, which leave no trace in an assembly.</summary>
    public static IEnumerable<Cycles.Use> Directives(IReadOnlyCollection<SourceFile> files)
    {
        ILookup<string, string> rooms = files.SelectMany(file => file.Namespaces.Select(name => (Namespace: name, Room: Room(file.Folder))))
            .Where(pair => pair.Namespace != "Microsoft.ML").Distinct().ToLookup(pair => pair.Namespace, pair => pair.Room);
        return
            from file in files
            from name in file.Usings
            from room in rooms[name]
            select new Cycles.Use(file.Path, name, Room(file.Folder), room);
    }

    private static string Room(string folder) => string.Join('/', folder.Split('/').Take(3));
}
