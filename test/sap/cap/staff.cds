// What an SAP system might offer about its users, for tests of the user source.

@path    : '/odata/v4/staff'
@requires: 'authenticated-user'
service Staff {
  @restrict: [{ grant: 'READ', to: 'directory' }]
  entity People {
    key login   : String(40);
        display : String;
        mail    : String;
        locked  : Boolean;
        since   : Date;
        until   : Date;
        grade   : Integer;
        duties  : Composition of many Duties on duties.person = $self;
  }

  @restrict: [{ grant: 'READ', to: 'directory' }]
  entity Duties {
    key person : Association to People;
    key title  : String(30);
  }

  // Describes the signed-in user, whatever the roles.
  function me() returns { login : String; duties : array of String; };

  // The same in the words of the demo.
  function who() returns { id : String; roles : array of String; };
}

// A service that somebody forgot to protect: it answers whoever asks, and looks at no password.
@path    : '/odata/v4/open'
@requires: 'any'
service Open {
  function me() returns { login : String; };
}
